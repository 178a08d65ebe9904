// Package pdf reads the object structure of PDF files and appends revisions to
// them. It knows objects, cross-references, pages and encryption; of signatures
// it knows only which string stays outside encryption.
//
// Open reads the trailer and the cross-reference sections and nothing else;
// objects are parsed when they are asked for (Get, Resolve). A File is also its
// newest Revision: every method of Revision can be called on it. Revisions
// lists the older ones, each a view of the objects as they stood, sharing the
// sections with the others.
//
// NewUpdate collects new and replaced objects, and Update.Append lays them out
// as one revision: the bytes to be put after the old file, which is never
// changed. A Placeholder is a token of fixed width whose place in the new file
// is known after the layout, so that nothing is ever searched for in the output.
//
//	f, err := pdf.Open(r, size, pdf.Options{})
//	u := f.NewUpdate()
//	contents := pdf.NewPlaceholder([]byte("<0000>"))
//	ref := u.Add(pdf.Dict{{Key: "Type", Value: pdf.Name("Sig")}, {Key: "Contents", Value: contents}})
//	tail, err := u.Append()
//	err = tail.Put(contents, []byte("<3082>"))
//
// Promised: an object that is parsed and written again has the same value (real
// numbers keep their digits, strings and names their bytes, dictionaries their
// order and their duplicate keys); damage that readers commonly forgive is
// forgiven and told by Notes; every input ends, within the limits of limits.go,
// in a result or in an error. Not promised: anything about page contents, fonts
// or images.
//
// Objects returned are shared and never to be modified; Dict.With and
// Dict.Without return copies. A File and what comes from it belong to one
// goroutine at a time.
//
// Implemented: ISO 32000-2:2020, 7.2 (lexical conventions), 7.3 (objects), 7.4
// (filters that carry structure), 7.5 (file structure), 7.6 (encryption, the
// standard security handler, revisions 2 to 6), 7.7.3 (page tree).
package pdf
