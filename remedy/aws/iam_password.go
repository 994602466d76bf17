package aws

import "github.com/plumbline-dev/plumbline/remedy"

func iamFixes() []Fix { return []Fix{iamPasswordPolicy, iamUserMFA} }

// passwordMembers are the members of a password policy by the attributes of ours. AWS has no partial update: a member that a call
// leaves out falls back to its default, so every call names what there is, too.
var passwordMembers = map[string]string{
	"minimum_password_length": "MinimumPasswordLength", "require_symbols": "RequireSymbols", "require_numbers": "RequireNumbers",
	"require_uppercase_characters": "RequireUppercaseCharacters", "require_lowercase_characters": "RequireLowercaseCharacters",
	"allow_users_to_change_password": "AllowUsersToChangePassword", "max_password_age": "MaxPasswordAge", "password_reuse_prevention": "PasswordReusePrevention",
	"hard_expiry": "HardExpiry",
}

var iamPasswordPolicy = Fix{
	ID: "iam-password-policy", Title: "passwords that are hard to guess",
	Takes: append([]string{"+aws_iam_account_password_policy"}, prefixed("aws_iam_account_password_policy.", sortedKeys(passwordMembers))...),
	Does:  []string{"iam:UpdateAccountPasswordPolicy"}, Undoes: []string{"iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"}, Reads: []string{"iam:GetAccountPasswordPolicy"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Passwords that exist stay; with a shorter age some must be changed at the next sign-in."},
	Undo: fully, Seconds: 10,
	plan: func(d *draft) {
		s := d.look("iam:GetAccountPasswordPolicy", params{})
		prior, _ := s.get("PasswordPolicy").(map[string]any)
		old := with(prior, nil)
		delete(old, "ExpirePasswords") // says only whether there is an age
		want := with(old, nil)
		var until []remedy.Condition
		for _, attr := range sortedKeys(passwordMembers) {
			if v, ok := d.wanted(attr); ok && v != nil {
				m := passwordMembers[attr]
				want[m] = v
				d.shows(m, old[m], v)
				until = append(until, s.is(m+" is as planned", "PasswordPolicy."+m, remedy.Equals, v))
			}
		}
		a := d.write("iam:UpdateAccountPasswordPolicy", want)
		a.Until, a.UndoWhen = until, until
		if s.none() {
			s.require("there is still no password policy", "", remedy.Refuses, noEntity)
			a.Undo = d.undone("iam:DeleteAccountPasswordPolicy", params{}, s.is("there is no password policy", "", remedy.Refuses, noEntity))
		} else {
			s.still("the password policy", "PasswordPolicy")
			a.Undo = d.undone("iam:UpdateAccountPasswordPolicy", old, s.is("the password policy is as before", "PasswordPolicy", remedy.Equals, prior))
		}
		d.do(a)
	},
}

// noEntity are the codes by which IAM says that there is none.
var noEntity = []any{"NoSuchEntity", "NoSuchEntityException"}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}
