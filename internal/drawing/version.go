package drawing

// Version changes whenever Draw makes other pixels of the same drawing than before. It belongs into the key under which
// a picture is remembered.
const Version = "drawing 2"
