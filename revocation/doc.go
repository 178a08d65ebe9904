// Package revocation judges whether a certificate was revoked.
package revocation
