"""Numbers as people type them into a field, for the fields that Python reads and those that the browser does."""

AS_PEOPLE_WRITE = [
    ("-0,8", -0.8, "-0.8"),
    ("−3", -3.0, "-3"),
    ("–3", -3.0, "-3"),
    ("1e3", 1000.0, "1000"),
    (" 2.50 ", 2.5, "2.5"),
    ("1.234,5", 1234.5, "1234.5"),
    ("1,234.5", 1234.5, "1234.5"),
    (",5", 0.5, "0.5"),
    ("+4", 4.0, "4"),
    ("-0", 0.0, "0"),
    ("1e-7", 1e-7, "1e-7"),
    ("0.000012", 1.2e-5, "0.000012"),
]
"""What is typed, the number that is meant, and what the field shows then."""
