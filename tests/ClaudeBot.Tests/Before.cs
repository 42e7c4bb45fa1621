using System.Reflection;

namespace ClaudeBot.Tests;

/// <summary>Stands before an object and has something happen just before each call of one of its methods.</summary>
public class Before : DispatchProxy
{
    private object _inner = null!;
    private string _method = "";
    private Func<Task> _happens = null!;

    /// <param name="happens">Is over when the call is made.</param>
    public static T Call<T>(T inner, string method, Func<Task> happens)
        where T : class
    {
        var proxy = Create<T, Before>();
        var before = (Before)(object)proxy;
        (before._inner, before._method, before._happens) = (inner, method, happens);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == _method)
            Task.Run(_happens).GetAwaiter().GetResult();
        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
