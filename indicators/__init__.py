"""What numbers and pledges were stated: indicators, observations, commitments and the links between them."""
