package durable

const (
	// maxLinks ends a loop of symbolic links; Linux follows 40 (path_resolution(7)).
	maxLinks = 40

	// maxNameTries bounds the search for a free hidden name. One of 2^32 that
	// is taken twice is no accident.
	maxNameTries = 100

	// maxNameKept leaves room for the 17 bytes around it, and for a short owner, in
	// the 255 that file systems allow, and in the 143 of eCryptfs.
	maxNameKept = 112
)
