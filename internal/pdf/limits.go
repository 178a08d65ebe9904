package pdf

// Each limit bounds work or memory that a small hostile file could otherwise
// demand without end. None is near what real documents use.
const (
	// maxDepth bounds how deep arrays and dictionaries nest: the parser recurses,
	// and a stack overflow cannot be recovered. Documents nest below 30.
	maxDepth = 100

	// maxElements bounds the values in one object: each costs up to 64 bytes of
	// memory for 2 bytes of file.
	maxElements = 1 << 19

	// maxOperands bounds what stands before one operator of a content stream; 33 is
	// the most that any takes (ISO 32000-2, annex C).
	maxOperands = 256

	// maxObjectBytes bounds the text of one object without its stream data, which
	// has to be in memory at once.
	maxObjectBytes = 16 << 20

	// maxObjectNumber is the largest object number that ISO 32000-1, annex C names,
	// and what keeps /Size 1e9 from meaning anything.
	maxObjectNumber = 8388607

	// maxSections bounds the /Prev chain, and so the cost of looking for an object
	// in all of them. Each incremental update adds one.
	maxSections = 1024

	// maxOverlapping bounds the subsections of one section that are searched one by
	// one because they overlap.
	maxOverlapping = 64

	// maxXRefBytes bounds the decoded cross-reference streams of a file, which stay
	// in memory: 2.8 million entries of 6 bytes.
	maxXRefBytes = 16 << 20

	// maxObjectStream bounds one decoded object stream, and all that are kept.
	// Producers put 100 to 200 objects, some 50 kB, in one.
	maxObjectStream = 16 << 20

	// maxNesting bounds the objects that must be read to read one object: a stream
	// whose /Length is in an object stream, whose /Length is elsewhere.
	maxNesting = 8

	// maxRefChain bounds references to references, which ISO 32000-2, 7.3.10 does
	// not foresee at all.
	maxRefChain = 8

	// maxPages bounds the leaves of the page tree, maxPageDepth its height; a
	// balanced tree of a million pages is 6 high, a list of kids 2.
	maxPages     = 1 << 20
	maxPageDepth = 256

	// maxFilters bounds the filters one stream goes through.
	maxFilters = 8

	// maxNotes bounds what is noted; a file with more faults is no better known by
	// the next.
	maxNotes = 200

	// headerSearch is how far readers look for %PDF-, tailSearch how far back for
	// startxref (1,024 in the notes of ISO 32000-1, annex H; some files carry more
	// behind the end), and junkSearch what is gone through for it before the file is
	// rebuilt, which would lose its revisions.
	headerSearch = 1024
	tailSearch   = 64 << 10
	junkSearch   = 64 << 20

	// maxCachedElements bounds the parsed objects kept, by their elements.
	maxCachedElements = 1 << 17

	// workAllowance and workRatio bound, for one File, the bytes that structural
	// streams decode to, that are searched for the ends of streams, and that long
	// objects are read again for: each by itself is harmless, but a small file can
	// ask for it a thousand times.
	workAllowance = 64 << 20
	workRatio     = 16

	// maxWalked bounds the objects and walkWork the bytes that are looked at for
	// references to objects that do not exist: all of an ordinary document, and of
	// a very large one what stands nearest to the catalog.
	maxWalked = 20_000
	walkWork  = 32 << 20

	// sizeSlack is how far /Size must stay below maxObjectNumber to count: one that
	// leaves no numbers for new objects is a mistake.
	sizeSlack = 1 << 16

	// maxScanned bounds the objects of a file whose cross-references are rebuilt,
	// replaced ones counted: 16 bytes of memory for each, twice that and 20 bytes
	// of table when it is appended to.
	maxScanned = 1 << 19

	// ordinaryObject is fewer bytes than most objects take: room is made by it.
	ordinaryObject = 64

	// maxCopiedStream bounds a stream that is decrypted in memory to be written
	// under another key.
	maxCopiedStream = 64 << 20
)
