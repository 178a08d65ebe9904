package der

// Limits on what is read. They are far above what real messages need and keep
// the work on any input proportional to its size.
const (
	// MaxDepth is how many constructed elements may be open at once. A SignedData
	// with a timestamp in an attribute has some 25 levels; OpenSSL's decoder stops
	// at 30 for what it takes apart.
	MaxDepth = 64
	// MaxStringDepth is how deep the pieces of a constructed string may be nested,
	// as in OpenSSL. Real ones have one level.
	MaxStringDepth = 5
	// MaxElements is how many constructed elements ToDER and Transcode re-encode:
	// 8 octets of memory each.
	MaxElements = 1 << 20
	// maxTagNumber is the greatest tag number; four octets of high-tag form.
	maxTagNumber = 1<<28 - 1
	// maxLengthOctets is how many octets a length may have, leading zeros included.
	maxLengthOctets = 9
	// maxHeader is the longest header: identifier, tag number, length.
	maxHeader = 1 + 4 + 1 + maxLengthOctets
	// DefaultBuffer is the size of a stream's buffer: reads of this size hash at
	// the machine's speed.
	DefaultBuffer = 128 << 10
	// maxOID is how many octets an object identifier may have; X.509 uses 20.
	maxOID = 256
	// minBuffer is the smallest buffer a Reader works with.
	minBuffer = 512
)
