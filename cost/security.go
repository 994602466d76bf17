package cost

import "strings"

// Keys, secrets, certificates, firewalls, parameters. Source: aws.amazon.com/kms/pricing, aws.amazon.com/secrets-manager/pricing,
// aws.amazon.com/certificate-manager/pricing, aws.amazon.com/private-ca/pricing, aws.amazon.com/waf/pricing,
// aws.amazon.com/systems-manager/pricing.
func securityServices() []service {
	return append([]service{
		{Type: "aws_kms_key", Price: kmsKey, Usage: keyUsage()},
		{Type: "aws_kms_replica_key", Price: kmsKey, Usage: keyUsage()},
		{Type: "aws_kms_external_key", Price: kmsKey, Usage: keyUsage()},
		{Type: "aws_secretsmanager_secret", Price: secret, Usage: []Param{perRequest("monthly_requests", "API requests", 0.001, "1 for 1,000 requests")}},
		{Type: "aws_acm_certificate", Price: certificate},
		{Type: "aws_acmpca_certificate_authority", Price: authority, Usage: []Param{figures("monthly_requests", "certificates issued", 0, 100, 1000, "assumed")}},
		{Type: "aws_wafv2_web_acl", Price: webACL, Words: []string{"managed_rule_group_rules"}, Usage: []Param{
			requestsField("monthly_requests", "requests looked at"), none("rule_group_rules", "rules in rule groups that the code does not have"),
			none("monthly_bot_control_requests", "requests that Bot Control looks at"),
		}},
		{Type: "aws_wafv2_rule_group", Price: ruleGroup},
		{Type: "aws_waf_web_acl", Price: classicACL, Global: true, Usage: []Param{requestsField("monthly_requests", "requests looked at"), none("rule_group_rules", "rules in rule groups")}},
		{Type: "aws_wafregional_web_acl", Price: classicACL, Usage: []Param{requestsField("monthly_requests", "requests looked at"), none("rule_group_rules", "rules in rule groups")}},
		{Type: "aws_ssm_parameter", Price: parameter, Words: []string{"api_throughput_limit"}, Usage: []Param{
			figures("parameter_storage_hrs", "hours that an advanced parameter is kept", HoursPerMonth, HoursPerMonth, HoursPerMonth, "all month"),
			perRequest("monthly_api_interactions", "API interactions", 0.001, "1 for 1,000 requests"),
		}},
		{Type: "aws_ssm_activation", Price: func(b *bill) {
			b.usedTimes("advanced instances", "ssm.managed_instance.advanced", "instances", HoursPerMonth)
		}, Words: []string{"instance_tier"}, Usage: []Param{none("instances", "instances in the advanced tier, all month")}},
		{Type: "aws_shield_protection", Unpriced: "Shield Advanced is a subscription of the organization, and is not in the catalogue"},
	}, settings("a permission, a rotation or a version; keys, secrets and parameters are charged themselves", `
		aws_kms_alias aws_kms_grant aws_kms_key_policy aws_kms_ciphertext aws_secretsmanager_secret_policy aws_secretsmanager_secret_rotation
		aws_secretsmanager_secret_version aws_acm_certificate_validation aws_acmpca_certificate aws_acmpca_certificate_authority_certificate aws_acmpca_permission
		aws_acmpca_policy aws_wafv2_web_acl_association aws_wafv2_web_acl_logging_configuration aws_wafv2_ip_set aws_wafv2_regex_pattern_set
		aws_wafregional_web_acl_association aws_wafregional_rule aws_wafregional_ipset aws_waf_rule aws_waf_ipset aws_ssm_association aws_ssm_document
		aws_ssm_maintenance_window aws_ssm_maintenance_window_target aws_ssm_maintenance_window_task aws_ssm_patch_baseline aws_ssm_patch_group
		aws_ssm_resource_data_sync aws_ssm_service_setting aws_ssm_default_patch_baseline`)...)
}

func keyUsage() []Param {
	return []Param{perRequest("monthly_requests", "API requests", 0.01, "1 for 100 requests: data keys are cached")}
}

// keySpecs maps key specs to the meters of their requests.
var keySpecs = map[string]string{
	"": "kms.requests", "SYMMETRIC_DEFAULT": "kms.requests", "RSA_2048": "kms.requests.rsa_2048",
}

// kmsKey: each of the first two rotations makes a version that costs as much as the key.
func kmsKey(b *bill) {
	note := ""
	if b.at("enable_key_rotation").yes() {
		note = "each of its first two rotations adds as much again"
	}
	b.add(charge{label: "key", meter: "kms.key", quantity: one, note: note})
	meter, ok := keySpecs[b.at("customer_master_key_spec").text()]
	if !ok {
		meter = "kms.requests.asymmetric"
	}
	b.used("requests", meter, "monthly_requests")
}

// secret is charged for itself and for each copy in another region.
func secret(b *bill) {
	b.month("secret", "secretsmanager.secret", one)
	for _, r := range b.blocks("replica") {
		if region := b.at(r + ".region"); region.known() {
			b.add(charge{label: "replica in " + region.text(), meter: "secretsmanager.secret", region: region.text(), quantity: one})
		}
	}
	if why, ok := b.more("replica"); ok {
		b.unpriced("replicas", "it is not known which there are: "+why)
	}
	b.used("requests", "secretsmanager.requests", "monthly_requests")
}

// certificate: public ones are free unless they may be exported, private ones are charged when issued.
func certificate(b *bill) {
	if ca := b.at("certificate_authority_arn"); !ca.null() && ca.why != computedWhy {
		b.add(charge{label: "private certificate", meter: "acm.private_cert", quantity: one, note: "once, when it is issued"})
		return
	}
	if b.at("options[0].export").is("ENABLED") {
		b.unpriced("exportable certificate", "it is charged when it is issued and renewed, and is not in the catalogue")
		return
	}
	b.out.Free, b.out.Why = true, "public certificates are free of charge (aws.amazon.com/certificate-manager/pricing)"
}

func authority(b *bill) {
	mode := b.at("usage_mode").orText("GENERAL_PURPOSE")
	switch {
	case !mode.known():
		b.unpriced("authority", mode.missing())
	case mode.is("SHORT_LIVED_CERTIFICATE"):
		b.month("authority, short-lived certificates", "acm.private_ca.short_lived", one)
	default:
		b.month("authority", "acm.private_ca", one)
		b.used("certificates issued", "acm.private_cert", "monthly_requests")
	}
}

// webACL is charged with its rules and the requests it looks at, those of CloudFront in us-east-1. A rule group of the account counts
// as a rule and has rules of its own.
func webACL(b *bill) {
	region := ""
	if b.at("scope").is("CLOUDFRONT") {
		region = "us-east-1"
	} else if b.at("scope").open() {
		b.unpriced("web ACL", b.at("scope").missing())
		return
	}
	rules, why, ok := b.size("rule")
	b.add(charge{label: "web ACL", meter: "waf.v2.web_acl", quantity: one, region: region})
	if !ok {
		b.unpriced("rules", "it is not known which there are: "+why)
	} else if rules > 0 {
		b.add(charge{label: times("rule", rules), meter: "waf.v2.rule", quantity: num(int64(rules)), region: region})
	}
	if n, given := b.given("rule_group_rules"); given && n.IsPositive() {
		b.add(charge{label: "rules of groups", meter: "waf.v2.rule", quantity: n, usage: "rule_group_rules", region: region, once: true})
	}
	q, note, given := b.usage("monthly_requests")
	b.add(charge{label: "requests", meter: "waf.v2.requests", quantity: q, open: !given, usage: "monthly_requests", note: note, region: region, once: true})
	b.managedGroups(region)
}

// ruleGroup: a group of one's own has a price for each of its rules, wherever it is used.
func ruleGroup(b *bill) {
	region := ""
	switch scope := b.at("scope"); {
	case scope.is("CLOUDFRONT"):
		region = "us-east-1"
	case scope.open():
		b.unpriced("rules", scope.missing())
		return
	}
	rules, why, ok := b.size("rule")
	if !ok {
		b.unpriced("rules", "it is not known which there are: "+why)
		return
	}
	b.add(charge{label: times("rule", rules), meter: "waf.v2.rule", quantity: num(int64(rules)), region: region})
}

// managedGroups adds the subscriptions that some managed rule groups need.
func (b *bill) managedGroups(region string) {
	for _, m := range b.blocks("rule.statement.managed_rule_group_statement") {
		switch b.at(m + ".name").text() {
		case "AWSManagedRulesBotControlRuleSet":
			b.add(charge{label: "Bot Control", meter: "waf.bot_control.subscription", quantity: one, region: region})
			q, note, ok := b.usage("monthly_bot_control_requests")
			b.add(charge{label: "Bot Control, requests", meter: "waf.bot_control.requests", quantity: q, open: !ok, usage: "monthly_bot_control_requests", note: note, region: region, once: true})
		case "AWSManagedRulesATPRuleSet", "AWSManagedRulesACFPRuleSet":
			b.add(charge{label: "fraud control", meter: "waf.atp.subscription", quantity: one, region: region})
		default:
			b.vendor(b.at(m + ".vendor_name"))
		}
	}
}

// vendor notes managed rule groups that are sold by others than AWS.
func (b *bill) vendor(name value) {
	if name.known() && !name.is("AWS") {
		b.unpriced("rule group of "+name.text(), "rule groups of the marketplace have prices of their own")
	}
}

func classicACL(b *bill) {
	region := ""
	if b.s.Global {
		region = "us-east-1"
	}
	b.add(charge{label: "web ACL", meter: "waf.v1.web_acl", quantity: one, region: region})
	if rules := len(b.blocks("rule")) + len(b.blocks("rules")); rules > 0 {
		b.add(charge{label: times("rule", rules), meter: "waf.v1.rule", quantity: num(int64(rules)), region: region})
	}
	if n, given := b.given("rule_group_rules"); given && n.IsPositive() {
		b.add(charge{label: "rules of groups", meter: "waf.v1.rule", quantity: n, usage: "rule_group_rules", region: region, once: true})
	}
	q, note, given := b.usage("monthly_requests")
	b.add(charge{label: "requests", meter: "waf.requests.tier1", quantity: q, open: !given, usage: "monthly_requests", note: note, region: region, once: true})
}

// parameter is charged in the advanced tier, and by requests when higher throughput is on.
func parameter(b *bill) {
	tier := b.at("tier")
	if tier.open() && tier.why != computedWhy {
		b.unpriced("parameter", tier.missing())
		return
	}
	if !strings.EqualFold(tier.text(), "Advanced") {
		note := "standard parameters are free of charge (aws.amazon.com/systems-manager/pricing)"
		if tier.is("Intelligent-Tiering") {
			note = "priced as standard: intelligent tiering takes the advanced tier only above 4 kB"
		}
		b.out.Free, b.out.Why = true, note
		return
	}
	hours, ok := b.given("parameter_storage_hrs")
	if !ok {
		hours = monthHours
	}
	b.add(charge{label: "advanced parameter", meter: "ssm.parameter.advanced", quantity: hours})
	b.used("API interactions", "ssm.parameter.requests", "monthly_api_interactions")
}
