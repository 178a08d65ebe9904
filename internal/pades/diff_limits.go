package pades

const (
	// maxCompared bounds the objects looked at for one signature. Documents of ten
	// thousand pages stay below.
	maxCompared = 4 << 20

	// maxViolations bounds what is reported: a document with more forbidden changes
	// is no better known by the next.
	maxViolations = 20

	// maxNested bounds the recursion of comparing two values.
	maxNested = 100

	// maxAppearance bounds the appearance of an annotation that is looked into.
	maxAppearance = 1 << 20

	// maxStreamCompared bounds streams that are decoded to be compared.
	maxStreamCompared = 16 << 20
)

// typeDocTimeStamp is /Type of document timestamps (12.8.5).
const typeDocTimeStamp = "DocTimeStamp"
