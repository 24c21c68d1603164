"""What is known of people: how long it is kept, what they take along, and how they are forgotten."""
