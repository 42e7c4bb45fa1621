using Microsoft.AspNetCore.Http.Metadata;

namespace ClaudeBot.StatusWeb.Access;

/// <summary>Kestrel reads no more of a form or an action than this; its answer is 413.</summary>
internal sealed class FormSizeLimit : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => 16 * 1024;
}
