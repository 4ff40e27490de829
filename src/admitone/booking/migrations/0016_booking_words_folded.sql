-- kit.fold folds more scripts than before: what searches folded is deleted, and the next search of an event folds again.
delete from booking.booking_words;
