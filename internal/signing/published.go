package signing

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"path"

	"blazon/internal/proof"
)

// InDocument finds the signature in a published file, by the file's name: the proof of a credential, or the last part of a
// JWS. It is nil where there is none. Nothing is believed of it: whoever takes a signature over verifies it.
func InDocument(name string, data []byte) []byte {
	if ext := path.Ext(name); ext == ".jwt" || ext == ".jws" {
		text := bytes.TrimSpace(data)
		signature, err := base64.RawURLEncoding.Strict().DecodeString(string(text[bytes.LastIndexByte(text, '.')+1:]))
		if err != nil || bytes.Count(text, []byte{'.'}) != 2 {
			return nil
		}
		return signature
	}
	var document struct {
		Proof []struct {
			Value string `json:"proofValue"`
		} `json:"proof"`
	}
	if json.Unmarshal(data, &document) != nil || len(document.Proof) != 1 {
		return nil
	}
	signature, err := proof.Signature(document.Proof[0].Value)
	if err != nil {
		return nil
	}
	return signature
}
