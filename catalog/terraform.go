package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Facts about Terraform code that Terraform itself has no resource type for. Their addresses are
// what the code calls them: "terraform.backend", "provider.aws.us-east-1", "module.vpc".
func terraformTypes() []Type {
	return []Type{
		{
			// One for each root folder. Address "terraform".
			Name: "terraform_root", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "required_version"},          // the constraint, null when there is none
				{Name: "has_backend", Kind: Bool},   // a backend or cloud block is there
				{Name: "has_lock_file", Kind: Bool}, // .terraform.lock.hcl lies in the root folder
				{Name: "has_resources", Kind: Bool}, // it manages something, itself or through modules
				{Name: "required_providers", Kind: Block, Attrs: []Attr{ // also version arguments of provider blocks
					{Name: "name"}, {Name: "source"}, {Name: "version"},
				}},
				{Name: "workspace"}, // null for "default"
				// The name of a state in the root's folder that git keeps; null when there is none.
				{Name: "tracked_state"},
				// Someone runs terraform apply here, as far as the folder shows; false for modules that nobody calls.
				{Name: "applied", Kind: Bool, Default: true},
				// The backend block of this root.
				{Name: "backend", Targets: to("terraform_backend")},
				// It makes what the state of another root is kept in, or its folder is named bootstrap.
				{Name: "bootstrap", Kind: Bool, Default: false},
				// Addresses of its resources that may carry tags and have none for stage or management; see taggable.
				{Name: "untagged", Kind: List},
				// "present"; "missing"; "nowhere" on the first root of a repository that has no lock file at all,
				// and "as elsewhere" on its other roots.
				{Name: "lock_file", Default: "missing"},
			},
			Split: ownBackend,
		},
		{
			// The backend or cloud block of a root. Address "terraform.backend".
			Name: "terraform_backend", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "type"}, // "s3", "local", "remote", "cloud", ...
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "key"},
				{Name: "region"},
				{Name: "encrypt", Kind: Bool, Default: false},
				{Name: "kms_key_id"},
				{Name: "dynamodb_table", Targets: to("aws_dynamodb_table", "name")},
				{Name: "use_lockfile", Kind: Bool, Default: false},
				{Name: "workspace_key_prefix"},
				// The bucket or lock table is made by the root whose state it keeps.
				{Name: "self_made", Kind: Bool, Default: false},
			},
			Split: partialBackend,
		},
		{
			// One for each provider block. Address "provider.aws" or "provider.aws.ALIAS", with the module path before it.
			Name: "terraform_provider", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "alias"},
				{Name: "region"},
				{Name: "version"},
				{Name: "allowed_account_ids", Kind: List},
				{Name: "forbidden_account_ids", Kind: List},
				{Name: "assume_role", Kind: Block, Attrs: []Attr{{Name: "role_arn"}}},
				{Name: "access_key", Secret: true},
				{Name: "secret_key", Secret: true},
				{Name: "root", Targets: to("terraform_root")},
				// The accounts that the provider can only mean: allowed_account_ids, else that of assume_role.
				{Name: "accounts", Kind: List},
				// The providers of other stages that may work on one of these accounts.
				{Name: "same_account", Kind: List, Derived: true, Targets: to("terraform_provider", "accounts")},
			},
			Split: providerAccounts,
		},
		{
			// One for each module call. Address "module.NAME", with the module path before it.
			Name: "terraform_module_call", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "source"},
				{Name: "source_kind"}, // "local", "registry", "git", "http", "s3", "other"
				{Name: "version"},     // the constraint of a registry module, null when there is none
				{Name: "ref"},         // of a git source: what stands behind ?ref=, null when nothing does
				{Name: "resolved", Kind: Bool},
			},
		},
		{
			// A secret written as a literal. Address "OWNER#PATH"; Of is the owner.
			Name: "terraform_literal", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "path"},                    // attribute, variable or local that holds it
				{Name: "kind"},                    // "password", "aws_access_key", "private_key", "token"
				{Name: "placeholder", Kind: Bool}, // looks like a stand-in, which is a literal all the same
				{Name: "ignored", Kind: Bool},     // its attribute is in ignore_changes
			},
		},
	}
}

// ownBackend points a root at its backend block.
func ownBackend(r *graph.Resource) []*graph.Resource {
	delete(r.Attrs, "backend")
	if why, unknown := r.Unknown["has_backend"]; unknown {
		r.Unknown["backend"] = why
	}
	if has, ok := r.Attrs["has_backend"].(bool); ok && has {
		r.Attrs["backend"] = graph.Ref{Root: r.Root, Address: "terraform.backend", Attr: "id"}
	}
	return nil
}

// partialBackend marks what may be given at init (`-backend-config`): an s3 backend without bucket or key
// is incomplete, so that its other unset arguments are not known either.
// Source: Terraform documentation, "Partial configuration" of backends.
func partialBackend(r *graph.Resource) []*graph.Resource {
	if r.Attrs["type"] != "s3" {
		return nil
	}
	missing := func(name string) bool { return r.Attrs[name] == nil && r.Unknown[name] == "" }
	if !missing("bucket") && !missing("key") {
		return nil
	}
	for _, name := range []string{"bucket", "key", "region", "encrypt", "kms_key_id", "dynamodb_table", "use_lockfile"} {
		if missing(name) {
			delete(r.Attrs, name)
			r.Unknown[name] = "the backend is completed at init (-backend-config)"
		}
	}
	return nil
}

var accountID = regexp.MustCompile(`^[0-9]{1,12}$`)
var roleAccount = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}):role/`)

// providerAccounts lists the accounts of a provider. What hangs on a variable without a value is supplied at
// run time: it is written "var.NAME", since whatever it is, an account is named.
func providerAccounts(r *graph.Resource) []*graph.Resource {
	delete(r.Attrs, "accounts")
	delete(r.Attrs, "same_account")
	r.Attrs["root"] = graph.Ref{Root: r.Root, Address: "terraform", Attr: "id"}
	if name, ok := supplied(r, "allowed_account_ids"); ok {
		r.Attrs["allowed_account_ids"] = []any{name}
	}
	ids, _ := r.Attrs["allowed_account_ids"].([]any)
	ids = slices.Clone(ids)
	var accounts []any
	why, open := "", false
	for i, id := range ids {
		if name, ok := supplied(r, graph.Element("allowed_account_ids", i)); ok {
			ids[i], why, open = name, name+" is supplied at run time", true
			continue
		}
		switch id := id.(type) {
		case graph.Ref, graph.Template:
			why, open = later(id), true
		default:
			if s := toScalar(id); accountID.MatchString(s) {
				accounts = append(accounts, s)
			}
		}
	}
	if ids != nil {
		r.Attrs["allowed_account_ids"] = ids
	}
	accounts = append(accounts, roleAccounts(r, len(accounts) > 0)...)
	if w, unknown := unknownAt(r, "allowed_account_ids"); unknown {
		why, open = w, true
	}
	if open {
		r.Unknown["accounts"], r.Unknown["same_account"] = why, why
		return nil
	}
	r.Attrs["accounts"], r.Attrs["same_account"] = accounts, accounts
	return nil
}

// roleAccounts lists the accounts of the roles that a provider assumes, unless it names accounts itself.
func roleAccounts(r *graph.Resource, named bool) []any {
	roles, _ := r.Attrs["assume_role"].([]any)
	var out []any
	for i, role := range roles {
		block, ok := role.(map[string]any)
		if !ok {
			continue
		}
		block = maps.Clone(block)
		if name, ok := supplied(r, graph.Element("assume_role", i)+".role_arn"); ok {
			block["role_arn"] = name
			roles = slices.Clone(roles)
			roles[i] = block
			r.Attrs["assume_role"] = roles
		}
		arn, _ := block["role_arn"].(string)
		if m := roleAccount.FindStringSubmatch(arn); m != nil && !named {
			out = append(out, m[1])
		}
	}
	return out
}

// supplied says whether a location hangs on a variable alone ("var.account has no value"), and on which; it is known then.
func supplied(r *graph.Resource, path string) (name string, ok bool) {
	name, _, _ = strings.Cut(r.Unknown[path], " ")
	if !strings.HasPrefix(name, "var.") {
		return "", false
	}
	delete(r.Unknown, path)
	return name, true
}

// roots derives what only several roots together tell: who makes whose state bucket, and lock files.
func (b *builder) roots() {
	var all, backends []*graph.Resource
	for _, r := range b.resources {
		switch r.Type {
		case "terraform_root":
			all = append(all, r)
		case "terraform_backend":
			backends = append(backends, r)
		}
	}
	slices.SortFunc(all, func(x, y *graph.Resource) int { return x.Key().Compare(y.Key()) })
	b.stateKeepers(all, backends)
	lockFiles(all)
	b.untagged(all)
}

// stateKeepers says which roots make the bucket or lock table of a state, their own or another root's.
func (b *builder) stateKeepers(all, backends []*graph.Resource) {
	made, maybe := map[string]bool{}, map[string]string{} // by root; of another root's state
	own, maybeOwn := map[string]bool{}, map[string]string{}
	for _, e := range b.edges {
		if b.byKey[e.From].Type != "terraform_backend" {
			continue
		}
		why, doubtful := b.byKey[e.To].Unknown["_count"]
		switch same := e.From.Root == e.To.Root; {
		case same && doubtful:
			keepLeast(maybeOwn, e.To.Root, why)
		case same:
			own[e.To.Root] = true
		case doubtful:
			keepLeast(maybe, e.To.Root, why)
		default:
			made[e.To.Root] = true
		}
	}
	for _, r := range b.resources {
		if r.Type != "aws_s3_bucket" || r.Data {
			continue
		}
		for _, backend := range backends {
			why := mayKeep(r, backend)
			switch {
			case why != "" && backend.Root == r.Root:
				keepLeast(maybeOwn, r.Root, why)
			case why != "":
				keepLeast(maybe, r.Root, why)
			}
		}
	}
	for _, r := range backends {
		settle(r, "self_made", own[r.Root], maybeOwn[r.Root])
	}
	for _, r := range all {
		settle(r, "bootstrap", made[r.Root] || slices.Contains(strings.Split(r.Root, "/"), "bootstrap"), maybe[r.Root])
	}
}

// keepLeast writes down one of several reasons, whatever their order.
func keepLeast(reasons map[string]string, key, why string) {
	if was, ok := reasons[key]; !ok || why < was {
		reasons[key] = why
	}
}

// mayKeep says why a bucket may be the one that a backend names, when one of the two names is not known; "" when it is not.
func mayKeep(bucket, backend *graph.Resource) string {
	if why, unknown := backend.Unknown["bucket"]; unknown {
		return why
	}
	_, open := backend.Unknown["_to.bucket[*]"]
	if why, unknown := bucket.Unknown["bucket"]; unknown && open && why != ComputedWhy {
		return why
	}
	return ""
}

// settle writes a derived truth: certain, else in doubt for a reason, else false.
func settle(r *graph.Resource, name string, certain bool, doubt string) {
	delete(r.Attrs, name)
	delete(r.Unknown, name)
	if !certain && doubt != "" {
		r.Unknown[name] = doubt
		return
	}
	r.Attrs[name] = certain
}

// lockFiles says of each root whether its lock file is missing; a repository that has none at all is said once.
func lockFiles(all []*graph.Resource) {
	somewhere := slices.ContainsFunc(all, func(r *graph.Resource) bool { return r.Attrs["has_lock_file"] == true })
	doubt, first := "", true
	for _, r := range all {
		for _, name := range []string{"has_lock_file", "has_resources", "applied"} {
			if why, unknown := r.Unknown[name]; unknown {
				doubt = why
			}
		}
	}
	for _, r := range all {
		delete(r.Attrs, "lock_file")
		delete(r.Unknown, "lock_file")
		why, unknown := r.Unknown["has_lock_file"]
		switch {
		case unknown:
			r.Unknown["lock_file"] = why
		case r.Attrs["has_lock_file"] == true:
			r.Attrs["lock_file"] = "present"
		case somewhere:
			r.Attrs["lock_file"] = "missing"
		case doubt != "":
			r.Unknown["lock_file"] = doubt
		case first && r.Attrs["has_resources"] == true && r.Attrs["applied"] == true:
			r.Attrs["lock_file"], first = "nowhere", false
		default:
			r.Attrs["lock_file"] = "as elsewhere"
		}
	}
}
