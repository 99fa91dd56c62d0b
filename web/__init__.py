"""Pages that customers' links open, served by aiohttp; whatever they ask of the house is handed to them."""
