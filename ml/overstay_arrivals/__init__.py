"""Risk, at arrival, that a visa-waiver stay will be overstayed; learned from the I-94 (real arrivals to the USA)."""
