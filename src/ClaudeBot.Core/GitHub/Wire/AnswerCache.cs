namespace ClaudeBot.GitHub.Wire;

/// <summary>Answers with their ETags, in memory, bounded by bytes; the one used longest ago goes first. Thread-safe.</summary>
internal sealed class AnswerCache(long capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _size;

    /// <summary>One answer; <paramref name="Link"/> is its <c>Link</c> header, which a 304 need not repeat.</summary>
    public sealed record Answer(string ETag, byte[] Body, string? ContentType, string? Link);

    private sealed record Entry(string Key, Answer Answer);

    public Answer? Find(string key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Answer;
        }
    }

    /// <summary>Keeps the answer, unless it alone would fill a quarter of the cache.</summary>
    public void Keep(string key, Answer answer)
    {
        lock (_lock)
        {
            if (_entries.Remove(key, out var old))
                Drop(old);
            if (answer.Body.Length > capacity / 4)
                return;

            _entries[key] = _byUse.AddLast(new Entry(key, answer));
            _size += answer.Body.Length;
            while (_size > capacity && _byUse.First is { } oldest)
            {
                _entries.Remove(oldest.Value.Key);
                Drop(oldest);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _size -= node.Value.Answer.Body.Length;
    }
}
