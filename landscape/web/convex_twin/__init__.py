"""The page Convex twin: any data, solved, with a proof or a bound."""
