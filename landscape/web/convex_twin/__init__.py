"""The page Convex twin: any data of one or two features, solved, with a proof or a bound."""
