package folder

const (
	// maxName is the longest name in a list or a manifest: 32767 UTF-16 units on
	// Windows, three bytes each.
	maxName = 1 << 17
	// maxPatterns bounds the globs that each name is compared with.
	maxPatterns = 1000
)
