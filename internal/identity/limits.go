package identity

const (
	// maxAltNameSize bounds the subjectAltName: a real one is below 1 KiB, at
	// most 200 characters of address and as many flags included.
	maxAltNameSize = 64 << 10

	// maxAltNames bounds the names in it; JPKI's has six.
	maxAltNames = 64

	// maxValueSize bounds one attribute, in bytes of UTF-8. The longest is the
	// address with 200 characters.
	maxValueSize = 4 << 10
)
