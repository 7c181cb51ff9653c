"""The page Convex twin: any data of one or two features, solved exactly, and proven."""
