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

	// maxContent bounds the content of a page that is looked through for where it
	// shows something, with the forms it shows; maxFormDepth how they nest, and
	// maxBoxes what is found. A page of small print has a few thousand words.
	maxContent   = 4 << 20
	maxFormDepth = 8
	maxBoxes     = 1 << 16

	// maxStreamCompared bounds streams that are decoded to be compared.
	maxStreamCompared = 16 << 20
)

// typeDocTimeStamp is /Type of document timestamps (12.8.5).
const typeDocTimeStamp = "DocTimeStamp"
