using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>
/// Where output goes: results to <see cref="Out"/>, progress and errors to <see cref="Error"/>. Neither lets text from outside steer the
/// terminal.
/// </summary>
#pragma warning disable CA1001 // the process's own streams, which it does not own
internal sealed record Terminal
#pragma warning restore CA1001
{
    public required TextWriter Out
    {
        get;
        init => field = new SafeWriter(value);
    }

    public required TextWriter Error
    {
        get;
        init
        {
            Screen = value;
            field = new SafeWriter(value);
        }
    }

    /// <summary>The same as <see cref="Error"/> for what redraws lines: the caller sees to it that all text in between is safe.</summary>
    public TextWriter Screen { get; private init; } = TextWriter.Null;

    /// <summary>Where a person can be asked; null: nobody is there.</summary>
    public TextReader? In { get; init; }

    /// <summary>Whether results are read by a person at a terminal that shows colours.</summary>
    public bool Colour { get; init; }

    /// <summary>Whether progress is shown at a terminal that can redraw lines.</summary>
    public bool Live { get; init; }

    /// <summary>Columns of results; longer lines are broken. Not limited when they go to a file or a pipe.</summary>
    public int Width { get; init; } = int.MaxValue;

    /// <summary>The process' own; colours honour NO_COLOR (https://no-color.org) and TERM=dumb.</summary>
    public static Terminal FromConsole()
    {
        var canDraw = Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var wantsColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Terminal
        {
            Out = new QuietWriter(Console.Out),
            Error = new QuietWriter(Console.Error),
            In = Console.IsInputRedirected || Console.IsErrorRedirected ? null : Console.In,
            Colour = canDraw && wantsColour && !Console.IsOutputRedirected,
            Live = canDraw && !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected ? int.MaxValue : Math.Max(40, Console.WindowWidth),
        };
    }

    /// <summary>Text in a colour where there are colours.</summary>
    public string Painted(string text, Paint paint) =>
        !Colour || paint == Paint.None || text.Length == 0
            ? text
            : $"{SafeWriter.Mark(paint)}{ShownText.Of(text)}{SafeWriter.Mark(Paint.None)}";

    public void Write(TextPage page)
    {
        foreach (var line in page.Lines)
        {
            Out.WriteLine(string.Concat(line.Select(c => Painted(c.Text, c.Paint))));
        }
    }

    /// <summary>An error: what happened, and what to do next.</summary>
    public void Write(OpsError error, string message, string? advice)
    {
        var what = $"opsrestart: {error}:";
        var page = new TextPage(Live ? Width : int.MaxValue);
        page.Text($"{what} {SecretText.Redact(message)}");
        if (NextSteps.After(error, advice) is { } next)
        {
            page.Text(next, 2);
        }

        Error.WriteLine($"{(Live ? Painted(what, Paint.Bad) : what)}{page.ToString()[what.Length..]}");
    }

    /// <summary>The result of a run; what went wrong goes to <see cref="Error"/>.</summary>
    public void Write(ServiceGraphRun run)
    {
        Write(RunTable.Page(run, Width, withFailure: false));
        Out.Flush();
        if (run.Tasks?.UnacknowledgedTasks is { Count: > 0 })
        {
            Error.WriteLine("opsrestart: what is unacknowledged can be given out again: Restore-WorkerTask, in PowerShell.");
        }

        if (run is { Failure: { } failure, Outcome: not (RunOutcome.Cancelled or RunOutcome.Skipped) })
        {
            Write(run.Error ?? OpsError.Unexpected, failure, null);
        }
    }
}
