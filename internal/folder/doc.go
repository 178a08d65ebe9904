// Package folder finds the inputs of a batch and names its outputs.
//
//	for f := range folder.Walk(ctx, roots, folder.Options{Include: []string{"*.pdf"}}) {
//	        name, err := template.Output(f.Name, suffix)
//	        …
//	}
//
// Walk goes through folders, List through a list of names, Watch through a
// folder that others write to, until ctx ends. Each yields Files in a fixed
// memory: where to open them, and a Name relative to the tree, with slashes,
// which says where the output goes. Names are bytes: they may hold newlines, are
// never normalised, and differ when their bytes do; only for globs names and
// patterns are compared in NFC, since people cannot see the difference.
//
// A file that cannot be reached comes with Err, so that it is told of and not
// passed over. Walk follows symbolic links to files and not those to folders,
// which is how it ends in spite of loops; it leaves out the output folder, names
// that begin with a dot, and those that editors and downloads give to what is not
// finished (IsTemporary). Options.Skipped hears of links and devices;
// Options.Everything leaves out nothing.
//
// Watch takes a file once its size and modification time have stood still for a
// while. That another program still has it open for writing cannot be known.
//
// WriteSums and ReadSums are the manifest: the text format of sha256sum (GNU
// coreutils), names with newlines or backslashes escaped as it does.
package folder
