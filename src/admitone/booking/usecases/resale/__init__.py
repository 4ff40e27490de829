"""Steps of offering tickets of one buyer to another, which several stories share."""
