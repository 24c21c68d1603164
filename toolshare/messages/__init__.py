"""What is told, in whose words, when and to whom; what each person wants to hear."""
