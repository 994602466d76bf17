package functions

import (
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"

	"github.com/apparentlymart/go-cidr/cidr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

func networkFunctions() map[string]function.Function {
	return map[string]function.Function{
		"cidrhost":    cidrhostFunc,
		"cidrnetmask": text1("prefix", cidrnetmask),
		"cidrsubnet":  cidrsubnetFunc,
		"cidrsubnets": cidrsubnetsFunc,
	}
}

// maxNewBits is the longest extension that one call may make.
const maxNewBits = 32

var cidrhostFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "prefix", Type: cty.String}, {Name: "hostnum", Type: cty.Number}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		n, err := whole(args[1])
		if err != nil {
			return cty.NilVal, function.NewArgError(1, err)
		}
		network, err := parseCIDR(args[0].AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		ip, err := cidr.HostBig(network, n)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(ip.String()), nil
	},
	RefineResult: neverNull,
})

func cidrnetmask(prefix string) (string, error) {
	network, err := parseCIDR(prefix)
	if err != nil {
		return "", err
	}
	if network.IP.To4() == nil {
		return "", errors.New("an IPv6 prefix has no netmask")
	}
	return net.IP(network.Mask).String(), nil
}

var cidrsubnetFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "prefix", Type: cty.String}, {Name: "newbits", Type: cty.Number}, {Name: "netnum", Type: cty.Number},
	},
	Type: function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		var bits int
		if err := gocty.FromCtyValue(args[1], &bits); err != nil {
			return cty.NilVal, function.NewArgError(1, err)
		}
		n, err := whole(args[2])
		if err != nil {
			return cty.NilVal, function.NewArgError(2, err)
		}
		network, err := parseCIDR(args[0].AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		if bits > maxNewBits {
			return cty.NilVal, function.NewArgErrorf(1, "a prefix can be extended by at most %d bits", maxNewBits)
		}
		subnet, err := cidr.SubnetBig(network, bits, n)
		if err != nil {
			return cty.NilVal, err
		}
		return cty.StringVal(subnet.String()), nil
	},
	RefineResult: neverNull,
})

var cidrsubnetsFunc = function.New(&function.Spec{
	Params:   []function.Parameter{{Name: "prefix", Type: cty.String}},
	VarParam: &function.Parameter{Name: "newbits", Type: cty.Number},
	Type:     function.StaticReturnType(cty.List(cty.String)),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		network, err := parseCIDR(args[0].AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		lengths, err := prefixLengths(network, args[1:])
		if err != nil {
			return cty.NilVal, err
		}
		var out []cty.Value
		var current *net.IPNet
		for i, length := range lengths {
			if current == nil {
				current, _ = cidr.PreviousSubnet(network, length)
			}
			next, rollover := cidr.NextSubnet(current, length)
			if rollover || !network.Contains(next.IP) {
				return cty.NilVal, function.NewArgErrorf(i+1, "no room for a prefix of %d bits after %s", length, current)
			}
			current = next
			out = append(out, cty.StringVal(current.String()))
		}
		return listOf(cty.String, out), nil
	},
	RefineResult: neverNull,
})

func prefixLengths(network *net.IPNet, newbits []cty.Value) ([]int, error) {
	start, size := network.Mask.Size()
	lengths := make([]int, len(newbits))
	for i, v := range newbits {
		var bits int
		if err := gocty.FromCtyValue(v, &bits); err != nil {
			return nil, function.NewArgError(i+1, err)
		}
		if bits < 1 || bits > maxNewBits {
			return nil, function.NewArgErrorf(i+1, "a prefix can be extended by 1 to %d bits", maxNewBits)
		}
		if lengths[i] = start + bits; lengths[i] > size {
			return nil, function.NewArgErrorf(i+1, "a prefix of %d bits is too long for this address", lengths[i])
		}
	}
	return lengths, nil
}

// whole gives a number without a fraction.
func whole(v cty.Value) (*big.Int, error) {
	if huge(v.AsBigFloat()) {
		return nil, errors.New("the number is too large")
	}
	n, accuracy := v.AsBigFloat().Int(nil)
	if accuracy != big.Exact || n == nil {
		return nil, errors.New("a whole number is required")
	}
	return n, nil
}

// parseCIDR reads a prefix. Leading zeros of a decimal octet are dropped, as Terraform does.
func parseCIDR(s string) (*net.IPNet, error) {
	address, length, ok := strings.Cut(s, "/")
	if ok && !strings.Contains(address, ":") {
		octets := strings.Split(address, ".")
		for i, o := range octets {
			if trimmed := strings.TrimLeft(o, "0"); trimmed != "" {
				octets[i] = trimmed
			} else if o != "" {
				octets[i] = "0"
			}
		}
		s = strings.Join(octets, ".") + "/" + length
	}
	_, network, err := net.ParseCIDR(s)
	if err != nil {
		return nil, fmt.Errorf("%q is not a prefix in CIDR form", s)
	}
	return network, nil
}
