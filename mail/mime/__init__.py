"""The parts of a mail: taken apart, mended, decoded, made text; files, and what is packed in them."""
