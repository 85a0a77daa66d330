namespace OpsRestart;

/// <summary>
/// The base of every failure that OpsRestart foresees. Adapters derive one type each, which carries the remote side's own code.
/// The message says what happened to which thing; <see cref="Advice"/> says what to do next.
/// </summary>
public class OpsRestartException : Exception
{
    /// <summary>An expected failure; what is null is not known or does not apply.</summary>
    public OpsRestartException(
        OpsError error,
        string message,
        string? target = null,
        string? advice = null,
        Exception? innerException = null
    )
        : base(message, innerException)
    {
        Error = error;
        Target = target;
        Advice = advice;
    }

    /// <summary>The kind of failure: the error id.</summary>
    public OpsError Error { get; }

    /// <summary>The unit, queue, graph or address concerned. Never with a password.</summary>
    public string? Target { get; }

    /// <summary>What to do next, as a sentence.</summary>
    public string? Advice { get; }

    /// <summary>The message, and the advice if there is one.</summary>
    internal string Sentence => Advice is null ? Message : $"{Message} {Advice}";
}
