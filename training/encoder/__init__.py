"""How the encoder is fine-tuned, judged and written. Only this package imports torch."""
