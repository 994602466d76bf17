package functions

import (
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/hashicorp/go-cty-funcs/uuid"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func digestFunctions() map[string]function.Function {
	table := map[string]function.Function{
		"bcrypt":     bcryptFunc,
		"rsadecrypt": rsadecryptFunc,
		"uuid":       unknownString(),
		"uuidv5":     uuid.V5Func,
	}
	for name, d := range digests {
		table[name] = text1("str", func(s string) (string, error) { return d.of([]byte(s)), nil })
	}
	return table
}

// digest is a hash sum and the way in which it is written.
type digest struct {
	sum    func([]byte) []byte
	encode func([]byte) string
}

func (d digest) of(b []byte) string { return d.encode(d.sum(b)) }

var digests = map[string]digest{
	"md5":          {md5sum, hex.EncodeToString},
	"sha1":         {sha1sum, hex.EncodeToString},
	"sha256":       {sha256sum, hex.EncodeToString},
	"sha512":       {sha512sum, hex.EncodeToString},
	"base64sha256": {sha256sum, base64.StdEncoding.EncodeToString},
	"base64sha512": {sha512sum, base64.StdEncoding.EncodeToString},
}

func md5sum(b []byte) []byte    { s := md5.Sum(b); return s[:] }
func sha1sum(b []byte) []byte   { s := sha1.Sum(b); return s[:] }
func sha256sum(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
func sha512sum(b []byte) []byte { s := sha512.Sum512(b); return s[:] }

// unknownString is a function without arguments whose result cannot be foreseen.
func unknownString() function.Function {
	return function.New(&function.Spec{
		Type: function.StaticReturnType(cty.String),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return someString, nil },
	})
}

var someString = cty.UnknownVal(cty.String).RefineNotNull()

// bcryptFunc checks its arguments; the salt of the result is random.
var bcryptFunc = function.New(&function.Spec{
	Params:   []function.Parameter{{Name: "str", Type: cty.String}},
	VarParam: &function.Parameter{Name: "cost", Type: cty.Number},
	Type:     function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if len(args) > 2 {
			return cty.NilVal, fmt.Errorf("bcrypt() takes one or two arguments, got %d", len(args))
		}
		if len(args) == 2 {
			if cost, accuracy := args[1].AsBigFloat().Int64(); accuracy != 0 || cost > 31 {
				return cty.NilVal, function.NewArgErrorf(1, "the cost must be a whole number of at most 31")
			}
		}
		if len(args[0].AsString()) > 72 {
			return cty.NilVal, function.NewArgErrorf(0, "the text is longer than 72 bytes")
		}
		return someString, nil
	},
})

// rsadecryptFunc reads keys in PKCS #1 and PKCS #8 form. Keys in OpenSSH's own form are declined.
var rsadecryptFunc = text2("ciphertext", "privatekey", func(ciphertext, key string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(ciphertext)
	if err != nil {
		return "", function.NewArgErrorf(0, "the cipher text is not base64")
	}
	private, err := rsaKey(key)
	if err != nil {
		return "", err
	}
	//lint:ignore SA1019 rsadecrypt is defined by this padding; nothing tells an attacker the outcome
	out, err := rsa.DecryptPKCS1v15(nil, private, raw)
	if err != nil {
		return "", errors.New("the cipher text was not made for this key")
	}
	return string(out), nil
})

// maxKey is more than a key of 8192 bits takes; checking a key takes time by the cube of its length.
const maxKey = 6000

func rsaKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block != nil && len(block.Bytes) > maxKey {
		return nil, declinedf("rsadecrypt does not read private keys of more than %d bytes", maxKey)
	}
	if block == nil {
		return nil, function.NewArgErrorf(1, "the private key is not in PEM form")
	}
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, function.NewArgErrorf(1, "the private key cannot be read")
		}
		return key, nil
	case "PRIVATE KEY":
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if private, ok := key.(*rsa.PrivateKey); ok && err == nil {
			return private, nil
		}
	case "OPENSSH PRIVATE KEY":
		return nil, declinedf("rsadecrypt does not read private keys in OpenSSH form")
	}
	return nil, function.NewArgErrorf(1, "the private key is not an RSA key")
}
