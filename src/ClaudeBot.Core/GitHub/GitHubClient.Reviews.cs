using ClaudeBot.GitHub.Wire;

namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>Open pull requests of the repository; newest first.</summary>
    public async Task<IReadOnlyList<GitHubPullRequest>> ListOpenPullRequestsAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var found = await _connection.ListAsync<Octokit.PullRequest>($"{Path(repository)}/pulls?state=open&per_page={PageSize}", cancellationToken);
        return [.. found.Items.Select(pull => pull.ToPullRequest(repository))];
    }

    /// <summary>Reviews of a pull request, oldest first; those that are not handed in are left out.</summary>
    public async Task<IReadOnlyList<GitHubReview>> ListReviewsAsync(IssueReference pullRequest, CancellationToken cancellationToken)
    {
        var found = await _connection.ListAsync<ReviewAnswer>($"{PullPath(pullRequest)}/reviews?per_page={PageSize}", cancellationToken);
        return
        [
            .. from review in found.Items
               where review.SubmittedAt is not null
               orderby review.SubmittedAt, review.Id
               select new GitHubReview(review.Id, review.State ?? "", review.Body ?? "", review.User.ToUser(), review.SubmittedAt!.Value, review.HtmlUrl ?? ""),
        ];
    }

    /// <summary>All comments on the diff of a pull request, oldest first.</summary>
    public async Task<IReadOnlyList<GitHubReviewComment>> ListReviewCommentsAsync(IssueReference pullRequest, CancellationToken cancellationToken)
    {
        var found = await _connection.ListAsync<ReviewCommentAnswer>($"{PullPath(pullRequest)}/comments?per_page={PageSize}", cancellationToken);
        return [.. found.Items.Select(comment => comment.ToComment()).OrderBy(comment => comment.CreatedAt).ThenBy(comment => comment.Id)];
    }

    /// <summary>Answers a thread on the diff.</summary>
    /// <param name="threadId">Its first comment: GitHub takes no replies to replies ("Create a reply for a review comment").</param>
    public async Task<GitHubReviewComment> ReplyToReviewCommentAsync(IssueReference pullRequest, long threadId, string body, CancellationToken cancellationToken) =>
        (await _connection.PostAsync<ReviewCommentAnswer>($"{PullPath(pullRequest)}/comments/{threadId}/replies", new Fields { ["body"] = body }, cancellationToken)).ToComment();

    public async Task<GitHubReviewComment> EditReviewCommentAsync(RepositoryName repository, long commentId, string body, CancellationToken cancellationToken) =>
        (await _connection.PatchAsync<ReviewCommentAnswer>($"{Path(repository)}/pulls/comments/{commentId}", new Fields { ["body"] = body }, cancellationToken)).ToComment();

    /// <summary>
    /// The threads on the diff by the id of their first comment, at most 100 of them. Only the GraphQL API knows threads
    /// (docs.github.com, "PullRequestReviewThread" in the GraphQL reference); REST has comments alone.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, GitHubReviewThread>> ListReviewThreadsAsync(IssueReference pullRequest, CancellationToken cancellationToken)
    {
        // Octokit looks for "database_id", so the names are given here.
        const string query = "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { pull: pullRequest(number: $number) "
            + "{ threads: reviewThreads(last: 100) { nodes { id is_resolved: isResolved comments(first: 1) { nodes { id: databaseId } } } } } } }";
        var variables = new Fields { ["owner"] = pullRequest.Repository.Owner, ["name"] = pullRequest.Repository.Name, ["number"] = pullRequest.Number };
        var answer = await _connection.PostGraphQlAsync<ThreadsAnswer>(pullRequest.Repository, new Fields { ["query"] = query, ["variables"] = variables }, cancellationToken);
        answer.ThrowIfFailed("POST /graphql reviewThreads");
        var threads = new Dictionary<long, GitHubReviewThread>();
        foreach (var thread in answer.Data?.Repository?.Pull?.Threads?.Nodes ?? [])
        {
            if (thread is { Id: { } id, Comments.Nodes: [{ Id: { } first }, ..] })
                threads[first] = new GitHubReviewThread(id, thread.IsResolved);
        }

        return threads;
    }

    /// <summary>Marks a thread on the diff as resolved, which only the GraphQL API can.</summary>
    public async Task ResolveReviewThreadAsync(RepositoryName repository, GitHubReviewThread thread, CancellationToken cancellationToken)
    {
        const string mutation = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }";
        var fields = new Fields { ["query"] = mutation, ["variables"] = new Fields { ["id"] = thread.NodeId } };
        var answer = await _connection.PostGraphQlAsync<GraphQlAnswer>(repository, fields, cancellationToken);
        answer.ThrowIfFailed("POST /graphql resolveReviewThread");
    }

    private sealed class ReviewAnswer
    {
        public long Id { get; set; }
        public string? State { get; set; }
        public string? Body { get; set; }
        public string? HtmlUrl { get; set; }
        public DateTimeOffset? SubmittedAt { get; set; }
        public Octokit.User? User { get; set; }
    }

    /// <summary>Octokit's own type leaves out the line.</summary>
    private sealed class ReviewCommentAnswer
    {
        public long Id { get; set; }
        public long? InReplyToId { get; set; }
        public string? Body { get; set; }
        public string? Path { get; set; }
        public int? Line { get; set; }
        public string? DiffHunk { get; set; }
        public DateTimeOffset CreatedAt { get; set; }
        public string? HtmlUrl { get; set; }
        public Octokit.User? User { get; set; }

        public GitHubReviewComment ToComment() => new(Id, InReplyToId, Body ?? "", User.ToUser(), CreatedAt, HtmlUrl ?? "") { Path = Path, Line = Line, DiffHunk = DiffHunk };
    }

    private sealed class ThreadsAnswer : GraphQlAnswer
    {
        public ThreadsData? Data { get; set; }
    }

    private sealed class ThreadsData
    {
        public ThreadsRepository? Repository { get; set; }
    }

    private sealed class ThreadsRepository
    {
        public ThreadsPull? Pull { get; set; }
    }

    private sealed class ThreadsPull
    {
        public NodeList<ThreadNode>? Threads { get; set; }
    }

    private sealed class ThreadNode
    {
        public string? Id { get; set; }
        public bool IsResolved { get; set; }
        public NodeList<CommentNode>? Comments { get; set; }
    }

    private sealed class CommentNode
    {
        public long? Id { get; set; }
    }

    private sealed class NodeList<T>
    {
        public List<T>? Nodes { get; set; }
    }
}
