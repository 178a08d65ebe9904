package revocation

const (
	// maxCRLIssuers is how many certificates of one name are tried as a CRL's issuer:
	// each costs a signature verification, and perhaps a path. JPKI has three
	// generations of one name.
	maxCRLIssuers = 8
	// maxPairs is how many CRLs that have a certificate in scope are looked at,
	// counted anew for each distribution point. Of CRLs partitioned by place, as
	// JPKI's, only one is in scope.
	maxPairs = 1024
)
