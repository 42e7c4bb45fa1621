using System.Globalization;
using System.Text;
using ClaudeBot.Gate;
using ClaudeBot.Tests.Workspaces;

namespace ClaudeBot.Tests.Gate;

/// <summary>One commit, and the words that go with it.</summary>
internal sealed record OrdinaryCommit(string Sha, string Origin, string Summary);

/// <summary>
/// Commits as people make them, of what people published: sources, texts and pictures of the packages that lie on any machine that builds
/// this. Every other file is changed by its commit (a third of it was not there before), the others are added.
/// </summary>
internal static class OrdinaryCommits
{
    private const long LargestFile = 32 * 1024;
    private const int MostFilesOfCommit = 3;
    private const int MostCommitsOfPackage = 40;
    private const int LongestSummary = 4_000;

    // Where packages lie, and how many folders deep one begins.
    private static readonly (string Folder, int Depth)[] Places =
    [
        (RepositoryFolder.Npm, 1),
        (Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages"), 1),
        ("/usr/share/doc", 1), ("/usr/lib/python3", 2), ("/usr/lib/python3.11", 1), ("/usr/lib/python3.13", 1), ("/usr/share/perl5", 1), ("/usr/share/perl", 2),
        ("/usr/include", 1), ("/usr/share", 1), ("/etc", 1),
    ];

    /// <summary>Makes them in a workspace, all on top of its start.</summary>
    public static async Task<IReadOnlyList<OrdinaryCommit>> MakeAsync(GitServer server, int most)
    {
        var plans = Plans().Take(most).ToList();
        await server.CreateAsync(("README.md", "# Shop\n"));
        var import = Path.Combine(server.Person, "../import");
        using (var stream = File.Create(import))
        {
            Write(stream, "feature done\ncommit refs/heads/main\nmark :1\ncommitter Ann <ann@example.com> 1767225600 +0000\ndata 4\nBase\nfrom refs/heads/main^0\n");
            foreach (var (file, path) in plans.SelectMany(plan => plan.Files).Where(IsChanged))
                WriteFile(stream, path, WithoutAThird(File.ReadAllBytes(file)));
            for (var n = 0; n < plans.Count; n++)
            {
                var message = Encoding.UTF8.GetBytes($"Bring {plans[n].Origin} up to date\n\n{plans[n].Summary}\n");
                Write(stream, $"\ncommit refs/made/{n}\nmark :{n + 2}\ncommitter Ann <ann@example.com> 1767225600 +0000\ndata {message.Length}\n");
                stream.Write(message);
                Write(stream, "from :1\n");
                foreach (var (file, path) in plans[n].Files)
                    WriteFile(stream, path, File.ReadAllBytes(file));
            }

            Write(stream, "done\n");
        }

        await GitServer.ShellAsync(server.Person, "git fast-import --quiet --export-marks=../marks < ../import && git push -q origin main 'refs/made/*:refs/heads/made/*'");
        var marks = (await File.ReadAllLinesAsync(Path.Combine(server.Person, "../marks"))).Select(line => line.Split(' ')).ToDictionary(parts => int.Parse(parts[0][1..], CultureInfo.InvariantCulture), parts => parts[1]);
        return [.. plans.Select((plan, n) => new OrdinaryCommit(marks[n + 2], plan.Origin, plan.Summary))];
    }

    private static IEnumerable<(string Origin, string Summary, List<(string File, string Path)> Files)> Plans()
    {
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "README.md", "src" };
        foreach (var (package, folder) in Packages())
        {
            var summary = Summary(folder);
            foreach (var group in Files(folder).Where(file => used.Add(file.Path)).Chunk(MostFilesOfCommit).Take(MostCommitsOfPackage))
                yield return (package, summary, [.. group]);
        }
    }

    private static IEnumerable<(string Package, string Folder)> Packages() => Places.Where(place => Directory.Exists(place.Folder)).SelectMany(place =>
    {
        IEnumerable<string> folders = [place.Folder];
        for (var i = 0; i < place.Depth; i++)
            folders = folders.SelectMany(folder => Directory.EnumerateDirectories(folder).Where(child => new DirectoryInfo(child).LinkTarget is null).Order(StringComparer.Ordinal));
        return folders.Select(folder => (Path.GetRelativePath(place.Folder, folder), folder));
    });

    private static IEnumerable<(string File, string Path)> Files(string folder)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        // By twos and threes of a folder, not the first of each package alone.
        var files = Directory.EnumerateFiles(folder, "*", everything)
            .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal) || folder.StartsWith(RepositoryFolder.Npm, StringComparison.Ordinal))
            .Where(file => new FileInfo(file).Length is > 0 and < LargestFile)
            .Order(StringComparer.Ordinal)
            .Select(file => (file, Path: $"src/{Path.GetFileName(folder)}/{Path.GetRelativePath(folder, file)}"))
            .ToList();
        var closed = new ProtectedPaths(new RepositoryPolicy()).In([.. files.Select(file => file.Path)]).ToHashSet(StringComparer.Ordinal);
        return files.Where(file => !closed.Contains(file.Path) && IsPlain(file.Path));
    }

    /// <summary>What such a commit says: the beginning of what the package says of itself.</summary>
    private static string Summary(string folder) =>
        Directory.EnumerateFiles(folder).FirstOrDefault(file => Path.GetFileName(file).StartsWith("README", StringComparison.OrdinalIgnoreCase) && new FileInfo(file).Length < LargestFile) is { } readme
            ? string.Concat(File.ReadAllText(readme).Take(LongestSummary))
            : "Taken from upstream.";

    private static bool IsChanged((string File, string Path) file) => (StableHash(file.Path) & 1) == 0;

    private static int StableHash(string text) => text.Aggregate(17, (hash, c) => (hash * 31) + c);

    private static bool IsPlain(string path) => path.All(c => c is > ' ' and < '\x7f' and not '"' and not '\\' and not ':') && path.Split('/').All(part => !part.StartsWith(".git", StringComparison.OrdinalIgnoreCase));

    /// <summary>The middle third of its lines is missing; a file of one line loses its end.</summary>
    private static byte[] WithoutAThird(byte[] content)
    {
        var lines = Encoding.Latin1.GetString(content).Split('\n');
        return Encoding.Latin1.GetBytes(lines.Length < 3 ? lines[0][..(lines[0].Length / 2)] : string.Join('\n', lines.Where((_, n) => n < lines.Length / 3 || n >= lines.Length * 2 / 3)));
    }

    private static void WriteFile(Stream stream, string path, byte[] content)
    {
        Write(stream, $"M 100644 inline {path}\ndata {content.Length}\n");
        stream.Write(content);
        Write(stream, "\n");
    }

    private static void Write(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
