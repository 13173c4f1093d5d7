"""RNN, LSTM and GRU: its questions. The lesson is not written yet."""

from pages.widgets.lesson import topic

topic.show("rnn_lstm_gru", {})
