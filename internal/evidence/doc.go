// Package evidence is where revocation data comes from on both command lines: the
// same flags, the same files, the same servers.
//
//	var o evidence.Options
//	o.AddFlags(flags, language)
//	m, err := o.Material(read)               // what --crl and --ocsp name
//	client, err := o.Client(now, cacheDir, warn) // whom servers are asked by
//
// The zero value asks through no proxy and lets certificates point to public addresses
// alone. Whether servers are asked at all is the command's to decide: nothing here
// connects before the client is used. What the data is worth is package revocation's.
package evidence
