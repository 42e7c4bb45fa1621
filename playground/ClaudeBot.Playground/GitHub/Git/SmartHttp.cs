using ClaudeBot.Playground.GitHub.Http;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Git;

/// <summary>Git over smart HTTP: who may fetch, who may push, and the rest is git's own <c>http-backend</c>.</summary>
internal sealed class SmartHttp(LocalGitHub gitHub, Authentication authentication)
{
    private const string ReceivePack = "git-receive-pack";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{owner}/{repo}/info/refs", context => ServeAsync(context, "/info/refs", context.Request.Query["service"].ToString()));
        routes.MapPost("/{owner}/{repo}/git-upload-pack", context => ServeAsync(context, "/git-upload-pack", "git-upload-pack"));
        routes.MapPost($"/{{owner}}/{{repo}}/{ReceivePack}", context => ServeAsync(context, $"/{ReceivePack}", ReceivePack));
    }

    private async Task ServeAsync(HttpContext context, string path, string service)
    {
        var isPush = service == ReceivePack;
        var caller = authentication.Identify(context.Request);
        var (isKnown, account) = (caller is not null, caller?.Account);
        var repository = Find(context) is { } found && caller?.Reaches(found) != false ? found : null;
        if (!isKnown || (account is null && (isPush || repository is null or { IsPrivate: true })))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"GitHub\"";
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, isKnown ? "No credentials were given." : "Invalid username or token.");
        }
        else if (repository is null || repository.PermissionOf(account) < Permission.Read)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "Repository not found.");
        }
        else if (isPush && repository.PermissionOf(account) < Permission.Write)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, $"Permission to {repository.FullName}.git denied to {account!.Login}.");
        }
        else if (service is not ("git-upload-pack" or ReceivePack))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Please upgrade your git client.");
        }
        else if (isPush && HttpMethods.IsPost(context.Request.Method))
        {
            await PushAsync(context, path, repository, account!);
        }
        else
        {
            await new HttpBackend(repository.Git, context).RunAsync(path, account, context.Response.Body);
        }
    }

    /// <summary>Holds git's last words back until the playground knows the new heads: who was told of the push finds them there.</summary>
    private async Task PushAsync(HttpContext context, string path, Repository repository, Account account)
    {
        using var words = new MemoryStream();
        await new HttpBackend(repository.Git, context).RunAsync(path, account, words);
        using (await repository.EnterAsync(context.RequestAborted))
        {
            await gitHub.Branches.NoticeAsync(repository, account, context.RequestAborted);
            gitHub.Changes.Raise();
        }

        await context.Response.Body.WriteAsync(words.GetBuffer().AsMemory(0, (int)words.Length), context.RequestAborted);
    }

    private Repository? Find(HttpContext context)
    {
        var (owner, name) = ((string)context.GetRouteValue("owner")!, (string)context.GetRouteValue("repo")!);
        return gitHub.Directory.FindRepository(owner, name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name);
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }
}
