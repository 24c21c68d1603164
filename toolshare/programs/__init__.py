"""What programs read and do: an interface with tokens, and a catalogue open to all."""
