using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using OpsRestart.Errors;
using OpsRestart.Pipeline;

namespace OpsRestart.Tests.Cmdlets;

/// <summary>A worker that does what a test of the pump asks for, and writes down what happened.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "PumpWork", SupportsShouldProcess = true)]
public sealed class TracePumpWork : OpsCmdlet
{
    [Parameter(Mandatory = true)]
    public ConcurrentQueue<string> Log { get; set; } = [];

    [Parameter]
    public int Count { get; set; }

    [Parameter]
    public string? Error { get; set; }

    [Parameter]
    public string? Throw { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    public SwitchParameter Ignore { get; set; }

    [Parameter]
    public SwitchParameter Ask { get; set; }

    [Parameter]
    public SwitchParameter ShowProgress { get; set; }

    [Parameter]
    public ScriptBlock? Script { get; set; }

    /// <summary>A second Ctrl-C, while the state of things is still being told.</summary>
    [Parameter]
    public SwitchParameter InterruptAgain { get; set; }

    /// <summary>A file that the clean-up writes.</summary>
    [Parameter]
    public string? CleanedPath { get; set; }

    [Parameter]
    public int GraceMilliseconds { get; set; } = 5000;

    private protected override TimeSpan Grace => TimeSpan.FromMilliseconds(GraceMilliseconds);

    protected override void EndProcessing() => Run(WorkAsync);

    private protected override void OnInterrupted()
    {
        Log.Enqueue("interrupted");
        if (InterruptAgain)
        {
            using var kill = Process.Start("kill", ["-INT", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();

            // So long that the signal has come before the words are out.
            Thread.Sleep(500);
        }
    }

    private protected override void OnAbandoned() => Log.Enqueue("abandoned");

    private async Task WorkAsync(Pump pump)
    {
        try
        {
            if (ShowProgress)
            {
                for (var i = 0; i < 250; i++)
                {
                    pump.Progress.Report("Working", i.ToString(CultureInfo.InvariantCulture), i / 3);
                    await Task.Delay(1);
                }
            }

            if (Ask)
            {
                Log.Enqueue("asked " + await pump.OnPipelineAsync(c => c.ShouldProcess("it")));
            }

            if (Script is not null)
            {
                Log.Enqueue(
                    "script " + await pump.OnPipelineAsync(c => string.Join(",", c.InvokeCommand.InvokeScript(false, Script, null)))
                );
            }

            if (Error is not null)
            {
                pump.Error(ErrorRecords.Create(OpsError.UnitNotFound, Error, Error));
            }

            for (var i = 0; i < Count; i++)
            {
                await pump.OutputAsync(i);
                Log.Enqueue("out " + i);
            }

            if (Throw is not null)
            {
                throw new OpsRestartException(OpsError.ConnectionFailed, Throw, "the target", "Do this.");
            }

            if (Ignore)
            {
                await Task.Delay(4000);
            }

            if (Wait)
            {
                Log.Enqueue("waiting");
                await Task.Delay(Timeout.Infinite, pump.Stopping);
            }
        }
        finally
        {
            // Clean-up that takes its time and does not need the cancelled token.
            await Task.Delay(50);
            Log.Enqueue("cleaned");
            if (CleanedPath is not null)
            {
                await File.WriteAllTextAsync(CleanedPath, "cleaned");
            }
        }
    }
}
