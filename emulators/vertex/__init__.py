"""Vertex AI's generateContent for one machine: the wire format, and words that a script puts in the model's mouth."""
