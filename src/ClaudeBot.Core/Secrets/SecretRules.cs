using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;

namespace ClaudeBot.Secrets;

/// <summary>
/// The credentials that are known by their looks. The families and formats are those that issuers document and that
/// gitleaks (https://github.com/gitleaks/gitleaks) and secretlint (https://github.com/secretlint/secretlint) look for.
/// </summary>
internal static class SecretRules
{
    // Names that say that their value is no secret, though a word of a secret is part of them.
    private static readonly Regex PublicName = Compile(
        """(?i)(?:public|pub)[_.-]?(?:key|token)|(?:csrf|xsrf|next|page|continuation|cancellation|syntax|design)[_.-]?token|(?:key|token|secret|password|credentials?)[_.-]?(?:id|name|file|path|ur[li]|length|size|type|hash|ref|prefix|format|arn|version|algorithm|policy|endpoint|hint)\b""");

    // Where secrets lie is none: a path under a folder that every machine has, or relative to where one is.
    private static readonly Regex FilePath = Compile(
        @"^(?:/(?:bin|data|dev|etc|home|mnt|opt|private|proc|root|run|secrets|srv|tmp|usr|Users|var|vault|workspace)|~|\.{1,2})/[\w.@+-]{1,60}(?:/[\w.@+-]{0,60})*$");

    public static IReadOnlyList<SecretRule> All { get; } =
    [
        Rule("a GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], @"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{82,255})\b"),
        Rule("a GitLab token", ["gl"], @"\b(?:glpat|gldt|glrt|glft|glsoat|glptt|glcbt|glimt|glagent)-[\w-]{20,}"),
        Rule("an Anthropic key", ["sk-ant-"], @"\bsk-ant-[a-z]{2,10}\d{2}-[\w-]{60,}"),
        Rule("an OpenAI key", ["sk-"], @"\bsk-(?:(?:proj|svcacct|admin)-[\w-]{40,}|(?:[a-z]+-)?[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})"),
        Rule("an AWS access key", ["akia", "asia", "abia", "acca", "a3t"], @"\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b", entropy: 3),
        Rule("an AWS secret key", ["aws"], @"(?i)aws[\w.-]{0,20}(?:secret|sec)[\w.-]{0,20}[""']?\s{0,3}(?:=>|:=|=|:)\s{0,3}[""']?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)", entropy: 3.5, accepts: Mixed),
        Rule("a Google API key", ["aiza"], @"\bAIza[\w-]{35}\b", entropy: 3.5),
        Rule("a Google OAuth secret", ["gocspx-"], @"\bGOCSPX-[\w-]{28}\b"),
        Rule("a Google OAuth token", ["ya29."], @"\bya29\.[\w-]{40,}"),
        Rule("an Azure storage key", ["accountkey", "sharedaccesskey"], @"(?i)(?:AccountKey|SharedAccessKey)\s?=\s?([A-Za-z0-9+/]{42,86}={1,2})", entropy: 3.5),
        Rule("an Azure client secret", ["q~"], @"(?:^|[^\w~.-])([\w~.]{3}\dQ~[\w~.-]{31,34})(?:[^\w~.-]|$)", entropy: 3),
        Rule("a Slack token", ["xox", "xapp-"], @"\b(?:xox[abeoprs](?:\.xox[bp])?-[\w-]{10,}|xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{20,})", entropy: 2.8, accepts: (_, secret) => secret.Any(char.IsAsciiDigit)),
        Rule("a Slack webhook", ["hooks.slack.com"], @"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/]{43,60})", accepts: Mixed),
        Rule("a Stripe key", ["_live_", "_test_", "_prod_", "whsec_"], @"\b(?:(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,99}|whsec_[A-Za-z0-9+/]{32,})", accepts: Mixed),
        Rule("an npm token", ["npm_"], @"\bnpm_[A-Za-z0-9]{36}\b"),
        Rule("a PyPI token", ["pypi-"], @"\bpypi-AgE[\w-]{50,}"),
        Rule("a NuGet key", ["oy2"], @"\boy2[a-z0-9]{43}\b", entropy: 3.5),
        Rule("a RubyGems key", ["rubygems_"], @"\brubygems_[a-f0-9]{48}\b"),
        Rule("a Docker Hub token", ["dckr_"], @"\bdckr_(?:pat|oat)_[\w-]{27,}"),
        Rule("a Hugging Face token", ["hf_", "api_org_"], @"\b(?:hf|api_org)_[A-Za-z]{34}\b", entropy: 3.5),
        Rule("a SendGrid key", ["sg."], @"\bSG\.[\w-]{22}\.[\w-]{43}\b"),
        Rule("a Twilio key", ["sk"], @"\bSK[0-9a-f]{32}\b", entropy: 3, accepts: Mixed),
        Rule("a Mailgun key", ["key-", "mailgun"], @"\bkey-[0-9a-f]{32}\b", entropy: 3, accepts: Mixed),
        Rule("a Mailchimp key", ["-us"], @"\b[0-9a-f]{32}-us\d{1,2}\b", entropy: 3, accepts: Mixed),
        Rule("a Telegram bot token", [":aa"], @"\b\d{8,10}:AA[\w-]{33}\b"),
        Rule("a Discord token", ["discord"], @"\b[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,38}"),
        Rule("a Discord webhook", ["/api/webhooks/"], @"discord(?:app)?\.com/api/webhooks/\d{17,20}/([\w-]{60,72})"),
        Rule("a DigitalOcean token", ["_v1_"], @"\bdo[opr]_v1_[a-f0-9]{64}\b"),
        Rule("a Databricks token", ["dapi"], @"\bdapi[a-f0-9]{32}\b", entropy: 3),
        Rule("a Shopify token", ["shp"], @"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
        Rule("a Grafana token", ["glsa_", "glc_", "eyJrIjoi"], @"\b(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}|eyJrIjoi[A-Za-z0-9]{70,400})"),
        Rule("a Vault token", ["hvs.", "hvb."], @"\bhv[sb]\.[\w-]{90,}"),
        Rule("a Terraform Cloud token", [".atlasv1."], @"\b[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}"),
        Rule("a Linear key", ["lin_api_"], @"\blin_api_[A-Za-z0-9]{40}\b"),
        Rule("a New Relic key", ["nrak-", "nrii-"], @"\b(?:NRAK-[A-Z0-9]{27}|NRII-[\w-]{32})"),
        Rule("a Postman key", ["pmak-"], @"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),
        Rule("a Doppler token", ["dp."], @"\bdp\.(?:pt|st|ct|sa)\.[A-Za-z0-9.]{40,}"),
        Rule("a Sentry token", ["sntrys_", "sntryu_"], @"\b(?:sntrys_eyJ[A-Za-z0-9+/=_]{80,}|sntryu_[a-f0-9]{64})"),
        Rule("an Atlassian token", ["atatt3"], @"\bATATT3[\w=-]{180,}"),
        Rule("an Artifactory key", ["akcp"], @"\bAKCp[A-Za-z0-9]{69}\b"),
        Rule("a Square token", ["sq0", "eaaa"], @"\b(?:sq0(?:atp|csp)-[\w-]{22,43}|EAAA[\w-]{60})\b"),
        Rule("an Alibaba Cloud key", ["ltai"], @"\bLTAI[A-Za-z0-9]{20}\b", entropy: 3),
        Rule("a 1Password token", ["ops_eyj"], @"\bops_eyJ[A-Za-z0-9+/]{250,}"),
        Rule("an age key", ["age-secret-key-1"], @"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
        Rule("a private key", ["private key"], @"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n|\\r|[""'+,]|[A-Za-z-]+: [^\n]*\n)*([A-Za-z0-9+/=]{40,})", entropy: 3),
        Rule("a JSON web token", ["eyj"], @"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}", entropy: 4, accepts: IsOfAnIssuer),
        Rule("a password in an address", ["://"], @"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@""'<>{}$]{1,60}:([^\s/:@""'<>{}$]{10,100})@[A-Za-z0-9[]", entropy: 3, accepts: Mixed),
        Rule("a bearer token", ["authorization"], @"(?i)authorization[""']?\s{0,3}[:=]\s{0,3}[""'`]?(?:bearer|token|basic)\s{1,3}([\w~+/.=-]{20,400})", entropy: 3.5, accepts: Mixed),
        Rule("a secret in an assignment", Words, $@"(?i)[\w.-]{{0,40}}(?:{Secretive})[\w.-]{{0,20}}[""'`]?\s{{0,3}}(?::=|=>|=|:)\s{{0,3}}[""'`]([\w+/=.~!@#$%^&*-]{{16,150}})[""'`]", entropy: 3.5, accepts: IsAssigned),
        Rule("a secret in an assignment", Words, $@"(?im)^\s*(?:export\s|set\s|env\s|-\s)?\s*[\w.-]{{0,40}}(?:{Secretive})[\w.-]{{0,20}}\s?[=:]\s?([\w+/=~!@#$%^&*-]{{20,150}})\s*$", entropy: 3.5, accepts: IsAssigned),
    ];

    private const string Secretive = @"api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|secret|token|passw(?:or)?d|passwd|credential";

    private static string[] Words => ["key", "secret", "token", "passw", "credential"];

    private static bool Mixed(string match, string secret) => Randomness.IsMixed(secret);

    private static bool IsAssigned(string match, string secret) => Randomness.IsMixed(secret) && !PublicName.IsMatch(match) && !FilePath.IsMatch(secret);

    // The samples of documentation name neither who made them nor until when they hold.
    private static bool IsOfAnIssuer(string match, string secret)
    {
        var payload = secret.Split('.')[1];
        if (!Base64Url.IsValid(payload))
            return true;
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(payload));
        return claims.Contains("\"exp\"", StringComparison.Ordinal) || claims.Contains("\"iss\"", StringComparison.Ordinal);
    }

    private static SecretRule Rule(string kind, string[] keywords, string pattern, double entropy = 2.5, Func<string, string, bool>? accepts = null) =>
        new(kind, keywords, Compile(pattern)) { Entropy = entropy, Accepts = accepts ?? ((_, _) => true) };

    // Without backtracking: the time is linear in the text, whatever somebody has written into it.
    private static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
