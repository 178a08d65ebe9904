// Package inspect judges the files of a folder, many at a time.
//
//	i := inspect.Inspector{Options: options, Anchors: anchors}
//	for r := range i.Folder(ctx, workers, folder.Walk(ctx, roots, folder.Options{})) {
//	        …
//	}
//
// Each file becomes one Result, in the order of the files: judged, with its
// verify.Report; the content of a detached signature that stands beside it; without a
// signature; or not readable. What a detached signature X.p7s signs is the file of that
// name in the tree Content, or X beside it; no file counts as the content of a message
// that has its own. X is judged by X.p7s itself when that is not among the files. What
// is not a regular file is never waited for. A file that is called a signature or a
// PDF by its name is judged, whatever is in it: a signature that was overwritten is not
// passed over as a file without one.
//
// Manifest compares a tree with a list of SHA-256 sums, so that a file that is
// missing, changed or added is seen too. Detached judges the signature of the list by
// the octets that ReadManifest is then given: nothing else vouches for a list.
//
// Anchors are shared by all files; every file has a store of its own where JPKI's
// authorities are found in it. Memory does not grow with the number of files, but
// for the names of a manifest.
package inspect
