"""What the clock does to tickets: due steps taken, customers reminded, all of it told beforehand."""
