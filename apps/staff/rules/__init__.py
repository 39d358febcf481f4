"""What a person could work out with pencil and paper: scores, attendance points, coefficients, pay, alerts."""
