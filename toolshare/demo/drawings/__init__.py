"""What the demo's photos show, and how they are drawn: nothing need be downloaded."""
