using ClaudeBot.Secrets;

namespace ClaudeBot.Tests.Secrets;

public sealed class SecretRulesTests(ITestOutputHelper output)
{
    private const int FewestOrdinaryFiles = 1_000;
    private const long LargestOrdinaryFile = 512 * 1024;

    private readonly SecretScanner _scanner = new(new SecretMask());

    [Fact]
    public void Ninety_five_of_a_hundred_made_up_credentials_are_found_in_every_family()
    {
        var samples = Enumerable.Range(0, 4).SelectMany(CredentialSamples.All).ToList();

        var missed = samples.Where(sample => _scanner.Find(sample.Text, []).Count == 0).ToList();

        output.WriteLine($"{samples.Count - missed.Count} of {samples.Count} found, in {samples.DistinctBy(s => s.Family).Count()} families");
        foreach (var family in samples.GroupBy(sample => sample.Family))
            missed.Count(sample => sample.Family == family.Key).ShouldBeLessThanOrEqualTo(family.Count() / 20, $"{family.Key}: {missed.FirstOrDefault(m => m.Family == family.Key).Text}");
    }

    [Fact]
    public void What_only_looks_like_a_credential_is_let_go() =>
        CredentialSamples.Harmless.Where(text => _scanner.Find(text, []).Count > 0).ShouldBeEmpty();

    [Fact]
    public void A_finding_says_what_and_where_and_never_the_secret()
    {
        var secret = "gh" + "p_" + new Drawn(5).Of(Drawn.Alphanumeric, 36);

        var found = _scanner.Find($"one\ntwo\nconst t = '{secret}';\n", []).ShouldHaveSingleItem();

        found.ShouldBe(new SecretFinding("a GitHub token", 3));
        found.ToString().ShouldNotContain(secret);
    }

    [Fact]
    public void What_was_public_before_is_no_finding_and_a_second_one_is()
    {
        var (old, added) = ("gh" + "p_" + new Drawn(6).Of(Drawn.Alphanumeric, 36), "gh" + "p_" + new Drawn(7).Of(Drawn.Alphanumeric, 36));

        _scanner.Find($"a {old}\n", [$"x {old} y"]).ShouldBeEmpty();
        _scanner.Find($"a {old}\nb {added}\n", [$"x {old} y"]).ShouldHaveSingleItem().Line.ShouldBe(2);
    }

    [Fact]
    [Trait("Length", "Long")]
    public void Files_of_ordinary_packages_are_let_go()
    {
        var files = OrdinaryFiles().DistinctBy(file => (Path.GetFileName(file), new FileInfo(file).Length)).Take(4_000).ToList();
        files.Count.ShouldBeGreaterThanOrEqualTo(FewestOrdinaryFiles);

        var blocked = files.AsParallel().SelectMany(file => _scanner.Find(System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)), []).Select(found => $"{file}:{found.Line} {found.Kind}")).ToList();

        output.WriteLine($"{blocked.Count} of {files.Count} ordinary files blocked");
        blocked.ShouldBeEmpty();
    }

    /// <summary>Sources and texts that people published, as they lie on any machine that builds this.</summary>
    private static IEnumerable<string> OrdinaryFiles()
    {
        string[] folders =
        [
            RepositoryFolder.Npm,
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages"),
            "/usr/share", "/usr/lib/python3", "/usr/lib/python3.11", "/usr/lib/python3.13", "/etc",
        ];
        string[] kinds = [".cs", ".js", ".ts", ".mjs", ".json", ".md", ".txt", ".xml", ".py", ".pl", ".pm", ".sh", ".yml", ".yaml", ".html", ".css", ".conf", ".props", ".targets", ".nuspec", ".vim", ".rst"];
        var everything = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", everything)
                .Where(file => kinds.Contains(Path.GetExtension(file)) && new FileInfo(file).Length is > 0 and < LargestOrdinaryFile)
                .Take(1_500));
    }
}
