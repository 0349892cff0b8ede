"""Sound: samples in, from microphone, file or satellite, and out, by voice and chime."""
