"""Success rates of gradient descent over a product of settings, on any number of workers."""
