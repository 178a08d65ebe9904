package revocation

const (
	// maxCRLIssuers is how many certificates of one name are tried as a CRL's issuer:
	// each costs a signature verification, and perhaps a path.
	maxCRLIssuers = 16
	// maxPairs is how many CRLs of a certificate's issuer are looked at, counted
	// anew for each distribution point. Partitioned CRLs of large CAs are some
	// hundreds, and a message seldom carries more than two.
	maxPairs = 4096
)
