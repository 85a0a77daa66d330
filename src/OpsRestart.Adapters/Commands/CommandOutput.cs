using System.Text;

namespace OpsRestart.Adapters.Commands;

/// <summary>What a command said, from its beginning on, and how it ended.</summary>
internal sealed record CommandOutput(int ExitCode, string Output, string Errors)
{
    /// <param name="command">What to run.</param>
    /// <param name="limit">So many bytes are kept of its output, and of its errors.</param>
    /// <param name="cancellationToken">Ends the command and all its children.</param>
    /// <exception cref="CommandStartException">It can't be started.</exception>
    public static async Task<CommandOutput> RunAsync(Command command, int limit, CancellationToken cancellationToken)
    {
        var (output, errors) = (new Beginning(limit), new Beginning(limit));
        var end = await CommandRun.RunAsync(command, output.ReadAsync, errors.ReadAsync, cancellationToken).ConfigureAwait(false);
        return new CommandOutput(end.ExitCode, output.Text, errors.Text);
    }

    // All of it is read, so that the program never blocks on a full pipe; the beginning is kept.
    private sealed class Beginning(int limit)
    {
        private byte[] _kept = [];
        private int _length;

        public string Text => Encoding.UTF8.GetString(_kept, 0, _length).Trim();

        public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                var room = Math.Min(read, limit - _length);
                if (_length + room > _kept.Length)
                {
                    Array.Resize(ref _kept, Math.Max(2 * _kept.Length, _length + room));
                }

                buffer.AsSpan(0, room).CopyTo(_kept.AsSpan(_length));
                _length += room;
            }
        }
    }
}
