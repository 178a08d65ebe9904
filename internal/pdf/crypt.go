package pdf

// Encryption describes the standard security handler of a document.
type Encryption struct {
	Version     int    // V: 1, 2, 4 or 5
	Revision    int    // R: 2 to 6
	Permissions uint32 // P: a bit set permits (ISO 32000-2, table 22; bit 1 is the lowest)
	Owner       bool   // the password is the owner's, which permits everything
}
