"""Labels: from codes and stocks to printed sheets."""
