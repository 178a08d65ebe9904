package revocation

// maxCRLIssuers is how many certificates of one name are tried as a CRL's issuer:
// each costs a signature verification, and perhaps a path.
const maxCRLIssuers = 16
